/**
 * Brings the dashboard from destinations-service to the page, without its token.
 */
@NullMarked
package io.doab.console.dashboard;

import org.jspecify.annotations.NullMarked;
