package io.doab.stream;

/**
 * When a published event counts as stored. The stronger, the later, and the less can go
 * wrong afterwards.
 */
public enum Acknowledgement {

	/**
	 * When it was sent. Whether it arrived nobody asks: for what may be missing now and
	 * then. Redis: written to the connection. Kafka: {@code acks=0}.
	 */
	NONE,

	/**
	 * When the server that leads has stored it. A failover to a replica that lags may
	 * still lose it. Redis: the server's reply. Kafka: {@code acks=1}.
	 */
	LEADER,

	/**
	 * When replicas have it, too. Redis: {@code WAIT} for as many replicas as the
	 * publisher says; a failover to one that is not among them may still lose it. Kafka:
	 * {@code acks=all}, which is as many as {@code min.insync.replicas} of the topic
	 * says.
	 */
	ALL

}
