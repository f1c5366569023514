using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Testing;

/// <summary>The two sides of a divergence, made of the parameters that its entry in References has.</summary>
internal delegate (Distribution Q, Distribution P) KlCase(IReadOnlyDictionary<string, Tensor> t);
