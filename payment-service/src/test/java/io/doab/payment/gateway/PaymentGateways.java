package io.doab.payment.gateway;

/**
 * What tests of other packages need of gateways.
 */
public final class PaymentGateways {

	private PaymentGateways() {
	}

	/** What a gateway throws that is away. */
	public static RuntimeException away() {
		return new GatewayUnavailableException(GatewayUnavailableException.Kind.LASTING, "The gateway is away", null);
	}

}
