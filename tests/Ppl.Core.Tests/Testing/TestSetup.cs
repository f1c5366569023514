// Seeds are torch's global ones, and live tensors are counted.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
