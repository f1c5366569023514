using static TorchSharp.torch;

namespace Ppl.Bench.HandWritten;

/// <summary>A model and its loop as somebody who knows TorchSharp would write them without Ppl.</summary>
internal interface IHandWritten : IDisposable
{
    /// <summary>The networks' parameters, for the optimizer.</summary>
    IEnumerable<TorchSharp.Modules.Parameter> Parameters { get; }

    /// <summary>The loss of one batch: minus the bound, the mean over the rows.</summary>
    Tensor Loss(Tensor x);
}
