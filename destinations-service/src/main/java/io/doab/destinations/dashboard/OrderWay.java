package io.doab.destinations.dashboard;

import java.util.List;

/**
 * All that became known of an order.
 *
 * @param steps by their time, the latest of very many
 */
record OrderWay(String orderId, List<Step> steps) {

}
