using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.EndToEnd;

/// <summary>Networks whose layers do not show what they do.</summary>
internal static class Networks
{
    /// <summary>Rows of 64 numbers read as 8 steps of 8; the last output.</summary>
    public sealed class Recurrent : Module<Tensor, Tensor>
    {
        private readonly LSTM? lstm;
        private readonly GRU? gru;

        public Recurrent(double dropout, bool gated = false) : base(nameof(Recurrent))
        {
            if (gated) gru = GRU(8, 5, numLayers: 2, batchFirst: true, dropout: dropout);
            else lstm = LSTM(8, 5, numLayers: 2, batchFirst: true, dropout: dropout);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var steps = input.view(-1, 8, 8);
            var outputs = lstm is not null ? lstm.call(steps).Item1 : gru!.call(steps).Item1;
            return outputs.select(1, 7);
        }
    }

    /// <summary>Rows of 64 numbers as 8 steps of 8 that attend to each other.</summary>
    public sealed class Attentive : Module<Tensor, Tensor>
    {
        private readonly MultiheadAttention? attention;
        private readonly TransformerEncoderLayer? layer;

        public Attentive(double dropout, bool whole) : base(nameof(Attentive))
        {
            if (whole) layer = TransformerEncoderLayer(8, 2, 16, dropout);
            else attention = MultiheadAttention(8, 2, dropout);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var steps = input.view(-1, 8, 8).transpose(0, 1);
            var seen = layer is not null ? layer.call(steps, null!, null!) : attention!.call(steps, steps, steps).Item1;
            return seen.transpose(0, 1).flatten(1);
        }
    }

    /// <summary>Dropout that is no layer.</summary>
    public sealed class FunctionalDropout(double p) : Module<Tensor, Tensor>(nameof(FunctionalDropout))
    {
        public override Tensor forward(Tensor input) => functional.dropout(input, p, training);
    }

    /// <summary>Statistics over a batch that are no layer's.</summary>
    public sealed class Centred() : Module<Tensor, Tensor>(nameof(Centred))
    {
        public override Tensor forward(Tensor input) => training ? input - input.mean([0]) : input.alias();
    }
}
