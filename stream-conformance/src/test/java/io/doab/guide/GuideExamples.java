package io.doab.guide;

/**
 * What {@code docs/guide.md} shows of Doab. What stands between marks in these files
 * stands there, word for word ({@link GuideTests}).
 */
interface GuideExamples extends StreamExamples, ProcessorExamples, ReadingExamples, QueueExamples {

}
