using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>
/// The weights of a stack of recurrent layers, held by the module under PyTorch's names (weight_ih_l0, weight_hh_l0_reverse, ...).
/// </summary>
internal sealed class RecurrentLayers
{
    private readonly Module owner;
    private readonly string[] names;
    private readonly long hidden;
    private readonly long layers;
    private readonly bool bidirectional;

    internal RecurrentLayers(Module owner, RecurrentShape shape, Device device, ScalarType? dtype)
    {
        this.owner = owner;
        (hidden, layers, bidirectional) = (shape.Hidden, shape.Layers, shape.Bidirectional);
        HasBias = shape.Bias;
        BatchFirst = shape.BatchFirst;
        Dropout = shape.Dropout;
        var found = new List<string>();
        var bound = 1 / Math.Sqrt(hidden);
        for (var layer = 0L; layer < layers; layer++)
        {
            foreach (var suffix in bidirectional ? new[] { $"_l{layer}", $"_l{layer}_reverse" } : [$"_l{layer}"])
            {
                var inputs = layer == 0 ? shape.Input : hidden * Directions;
                Add("weight_ih" + suffix, [shape.Gates * hidden, inputs]);
                Add("weight_hh" + suffix, [shape.Gates * hidden, hidden]);
                if (HasBias)
                {
                    Add("bias_ih" + suffix, [shape.Gates * hidden]);
                    Add("bias_hh" + suffix, [shape.Gates * hidden]);
                }
            }
        }

        names = [.. found];

        void Add(string name, long[] sizes)
        {
            var parameter = new Parameter(empty(sizes, dtype: dtype, device: device));
            init.uniform_(parameter, -bound, bound);
            owner.Own(name, parameter);
            found.Add(name);
        }
    }

    internal bool HasBias { get; }

    internal bool BatchFirst { get; }

    internal double Dropout { get; }

    internal long Count => layers;

    internal bool Bidirectional => bidirectional;

    internal long Directions => bidirectional ? 2 : 1;

    /// <summary>The weights in the order of libtorch's operators.</summary>
    internal Tensor[] Weights => Array.ConvertAll(names, name => (Tensor)owner.Own(name));

    internal Tensor Zeros(Tensor input) =>
        zeros([layers * Directions, BatchFirst ? input.shape[0] : input.shape[1], hidden], dtype: input.dtype, device: input.device);

    internal Tensor Zeros(nn.utils.rnn.PackedSequence input) =>
        zeros([layers * Directions, input.batch_sizes[0].item<long>(), hidden], dtype: input.data.dtype, device: input.data.device);
}

/// <summary>The sizes of a stack of recurrent layers; a gate is one block of rows of the weights.</summary>
internal sealed record RecurrentShape(long Input, long Hidden, long Layers, long Gates, bool Bias, bool BatchFirst, double Dropout,
    bool Bidirectional);
