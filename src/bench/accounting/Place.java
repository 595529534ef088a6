package sidecar.bench;

/** Where an attempt was made, by the names of the provider, of its pool and of the model that was asked for. */
record Place(String provider, String pool, String model) {

    /** As the hourly rows tell places apart. */
    String providerAndModel() {
        return provider + " " + model;
    }
}
