package io.doab.local;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Invoices as the data set has them.
 */
class RetailFileTests {

	private static final String HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

	@Test
	void linesOfAnInvoiceGoTogether() throws IOException {
		List<RetailFile.Invoice> invoices = RetailFile.read(new StringReader(HEADER + """
				536365,85123A,"HEART, WHITE",6,2010-12-01 08:26:00,2.55,17850,United Kingdom
				536366,22633,WARMER,2,2010-12-01 08:28:00,1.85,,France
				536365,71053,LANTERN,1,2010-12-01 08:26:00,3.39,17850,United Kingdom
				"""));
		assertThat(invoices).extracting(RetailFile.Invoice::id).containsExactly("536365", "536366");
		assertThat(invoices.getFirst().total()).isEqualTo(new BigDecimal("18.69"));
		assertThat(invoices.getFirst().lines()).hasSize(2);
		assertThat(invoices.get(1).customer()).isNull();
	}

	@Test
	void aCancellationIsAReturnOfWhatItComesTo() throws IOException {
		RetailFile.Invoice invoice = RetailFile
			.read(new StringReader(HEADER + "C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527,United Kingdom\n"))
			.getFirst();
		assertThat(invoice.isReturn()).isTrue();
		assertThat(invoice.total()).isEqualTo(new BigDecimal("27.50"));
	}

	@Test
	void theSliceThatComesWithTheProjectHasAHundredInvoices() {
		assertThat(RetailFile.slice()).hasSize(100).allMatch((invoice) -> !invoice.lines().isEmpty());
	}

}
