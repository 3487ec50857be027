package dev.pinnedimage.workload;

import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A Deployment, as far as it is read. */
@Group("apps")
@Version("v1")
@Kind("Deployment")
@Singular("deployment")
@Plural("deployments")
public final class DeploymentObject extends TemplatedObject {
  private static final long serialVersionUID = 1L;
}
