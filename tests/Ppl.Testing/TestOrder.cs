// Torch's generator and its count of live tensors belong to the process, so tests of seeds and of leaks run alone.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
