/**
 * Who moves the money.
 */
@NullMarked
package io.doab.payment.gateway;

import org.jspecify.annotations.NullMarked;
