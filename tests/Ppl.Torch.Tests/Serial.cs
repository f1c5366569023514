// The default generator, the gradient mode's anomaly switch and the thread count belong to the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
