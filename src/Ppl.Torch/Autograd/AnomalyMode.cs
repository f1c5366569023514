using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>While it lives, backward passes report the operation that made a NaN. It is one switch for all threads.</summary>
public class AnomalyMode : IDisposable
{
    private readonly bool enabledBefore = IsEnabled;
    private readonly bool checkBefore = ShouldCheckNaN;

    public AnomalyMode(bool enabled, bool check_nan = true) => Fault.Check(Native.ppl_set_anomaly(enabled ? 1 : 0, check_nan ? 1 : 0));

    public static bool IsEnabled => (Fault.Check(Native.ppl_anomaly()) & 1) != 0;

    public static bool ShouldCheckNaN => (Fault.Check(Native.ppl_anomaly()) & 2) != 0;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing) Fault.Check(Native.ppl_set_anomaly(enabledBefore ? 1 : 0, checkBefore ? 1 : 0));
    }
}
