package sidecar.provider.importing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What an operator says about everything in one import.
 *
 * @param format empty: told from the text
 * @param defaults fields in the shape of a POST, for what the text leaves open
 * @param namePrefix of providers whose text gives them no name; empty: from the label or the host
 * @param quotaGroup "all of the same account": put on every provider
 */
public record ImportOptions(
        Optional<ImportFormat> format, ObjectNode defaults, String namePrefix, Optional<String> quotaGroup) {}
