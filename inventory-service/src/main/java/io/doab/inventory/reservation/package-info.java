/**
 * Reservations and returns, each after its order's payment.
 */
@NullMarked
package io.doab.inventory.reservation;

import org.jspecify.annotations.NullMarked;
