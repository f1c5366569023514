// Torch's generator belongs to the process, so tests of seeds run alone.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
