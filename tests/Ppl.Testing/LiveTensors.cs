using TorchSharp;

namespace Ppl.Testing;

/// <summary>For tests that count live tensors.</summary>
internal static class LiveTensors
{
    /// <summary>
    /// Tensors that this thread made and nobody disposed. Finalizers run on a thread of their own, so that a tensor which the code under
    /// test leaves to one counts as alive whenever the collector comes; Tensor.TotalCount would depend on the moment.
    /// </summary>
    public static long Count => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
}
