using Module = TorchSharp.torch.nn.Module;

namespace Ppl.Networks;

/// <summary>The encoders of a call of a submodel: their parameters are named <c>a.z.network.0.weight</c>, ...</summary>
internal sealed class EncoderScope() : Module("EncoderScope");
