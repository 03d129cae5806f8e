/** The query language of the service APIs: questions about JSON documents, wherever these come from. */
@NullMarked
package dev.muster.query;

import org.jspecify.annotations.NullMarked;
