namespace Ppl.Testing;

/// <summary>For tests that count live tensors.</summary>
internal static class LiveTensors
{
    /// <summary>
    /// Lets the finalizers of earlier tests' tensors run now rather than in the middle of a count. What the code under test leaves to a
    /// finalizer is made after this call, and is counted.
    /// </summary>
    public static void ForgetGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
