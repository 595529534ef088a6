package sidecar.transfer.edge;

import jakarta.ejb.Stateless;
import java.util.List;
import sidecar.transfer.SectionPlan;

/** Stores what all parts want in one transaction, committed when it returns. */
@Stateless
public class ConfigurationWriter {

    public void store(List<SectionPlan> plans) {
        plans.forEach(SectionPlan::store);
    }
}
