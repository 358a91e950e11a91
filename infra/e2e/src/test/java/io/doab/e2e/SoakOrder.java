package io.doab.e2e;

import java.math.BigDecimal;
import java.util.List;

import io.doab.local.RetailFile.Invoice;
import io.doab.local.RetailFile.Line;
import io.doab.local.ShopRequests;

/**
 * A real order that is charged, given back in three refunds, and asked for a penny more
 * than that. What each request comes to depends on all before it: one that is left out,
 * done twice or done too early shows in the results.
 *
 * @param steps in the order in which they are sent
 */
record SoakOrder(String id, List<Step> steps) {

	private static final int MIN_LINES = 3;

	/**
	 * A request.
	 *
	 * @param body of the request
	 * @param result what it must come to: type and amount
	 */
	record Step(String body, String result) {
	}

	/** Whether an invoice can be given back in three refunds. */
	static boolean fits(Invoice invoice) {
		return !invoice.isReturn() && invoice.lines().size() >= MIN_LINES
				&& invoice.lines().stream().allMatch((line) -> line.quantity() > 0 && line.price().signum() > 0);
	}

	static SoakOrder of(String id, Invoice invoice) {
		List<Line> lines = invoice.lines();
		return new SoakOrder(id,
				List.of(step(id, invoice, lines, "payment.authorized"), refund(id, invoice, lines.subList(0, 1)),
						refund(id, invoice, lines.subList(1, 2)), refund(id, invoice, lines.subList(2, lines.size())),
						step(id, invoice, List.of(new Line("PENNY", -1, new BigDecimal("0.01"))), "payment.declined")));
	}

	private static Step refund(String id, Invoice invoice, List<Line> lines) {
		List<Line> back = lines.stream().map((line) -> new Line(line.sku(), -line.quantity(), line.price())).toList();
		return step(id, invoice, back, "payment.refunded");
	}

	private static Step step(String id, Invoice invoice, List<Line> lines, String resultType) {
		// Customer and card of its own: so many orders of one would be suspected of
		// fraud.
		Invoice part = new Invoice(id, "customer-" + id, invoice.country(), lines);
		return new Step(ShopRequests.payment(part, id, ShopRequests.goodCard(id)),
				resultType + " " + part.total().toPlainString());
	}

}
