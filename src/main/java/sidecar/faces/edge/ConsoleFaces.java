package sidecar.faces.edge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.faces.annotation.FacesConfig;

/** Switches Faces and its CDI producers on. */
@FacesConfig
@ApplicationScoped
public class ConsoleFaces {}
