namespace Ppl.Inference.Tests.Training;

/// <summary>Does something to the engine at the end of an epoch.</summary>
/// <param name="epoch">Its number, from 1.</param>
/// <param name="act">What.</param>
internal sealed class AtEpoch(int epoch, Action<Svi> act) : ITrainingCallback
{
    public void OnEpochEnd(Svi svi, EpochReport report)
    {
        if (report.Epoch == epoch) act(svi);
    }
}
