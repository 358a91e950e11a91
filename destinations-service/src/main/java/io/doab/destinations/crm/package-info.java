/**
 * A customer-relationship system, or anything else that takes calls over HTTP.
 */
@NullMarked
package io.doab.destinations.crm;

import org.jspecify.annotations.NullMarked;
