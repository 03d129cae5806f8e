/** What says that certificates hold no longer: CRLs and OCSP. */
@NullMarked
package dev.muster.pki.revocation;

import org.jspecify.annotations.NullMarked;
