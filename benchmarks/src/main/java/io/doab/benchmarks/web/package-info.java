/** REST ingestion: the service, a bare endpoint, and what sends requests to both. */
@NullMarked
package io.doab.benchmarks.web;

import org.jspecify.annotations.NullMarked;
