package io.doab.conformance;

/**
 * What a backend is held to for what people do with a log beside processing it in order:
 * publishing, reading, queues, retention, administration.
 */
public interface LogContract extends QueueCases, AcknowledgementCases, DelayedCases, RetentionCases, PartitionCases,
		PartitionRaiseCases, AdminCases, ResetCases, ReadCases, BroadcastCases {

}
