# Sidecar in a container; docs/operations.md#docker says how to use it. No secret is in the image: the first run makes them in /data,
# the one place that is written to (besides a temporary /tmp).
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
WORKDIR /src
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates maven openjdk-17-jdk-headless
COPY pom.xml ./
COPY deploy/lib.sh deploy/
COPY src/main src/main
COPY webapp webapp
RUN bash -ec '. deploy/lib.sh; build'

FROM ${BASE}
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates curl jq openjdk-17-jre-headless sqlite3 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin sidecar \
 && install -d -o sidecar -g sidecar -m 0700 /data
WORKDIR /opt/sidecar
COPY deploy deploy
COPY --from=build /src/target/sidecar.war /src/target/payara-micro.jar target/
# what `deploy/sidecar restore` runs, beside the server
COPY --from=build /src/target/sidecar/WEB-INF target/sidecar/WEB-INF
# last, since it records the very files and the very Java that will be used
RUN deploy/archive.sh
USER 10001:10001
ENV SIDECAR_DATA_DIR=/data SIDECAR_HOST=0.0.0.0 LOG_FORMAT=json
VOLUME /data
EXPOSE 9190 9191
# a 200 alone proves nothing; while it starts, nothing answers
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=3 \
 CMD curl -fsS -m 4 "http://127.0.0.1:${SIDECAR_PORT:-9190}/health" | grep -q '"status":"ok"'
ENTRYPOINT ["deploy/run.sh"]
