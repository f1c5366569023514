using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>A head that can keep a set of outputs for each row in place of a layer.</summary>
internal interface IRowHead
{
    /// <summary>Creates the outputs: [N, further plates..., outputs].</summary>
    /// <param name="plates">N, the rows of the whole data, and the further plates.</param>
    /// <param name="eventShape">The latent's event.</param>
    /// <param name="dtype">The parameters' dtype.</param>
    /// <param name="device">The parameters' device.</param>
    void PrepareRows(IReadOnlyList<long> plates, IReadOnlyList<long> eventShape, ScalarType dtype, Device device);

    /// <summary>The distribution over some rows, all plates in one leading dimension.</summary>
    /// <param name="numbers">The rows' numbers; null for all in order.</param>
    Distribution ForwardRows(Tensor? numbers);
}

/// <summary>A head whose distribution is a function of numbers that a layer gives, or that are kept for each row.</summary>
internal interface IOutputHead
{
    /// <summary>The numbers: [rows, outputs].</summary>
    /// <param name="features">[rows, features].</param>
    Tensor Outputs(Tensor features);

    /// <summary>Writes those of some rows, where they are kept for each.</summary>
    /// <param name="numbers">The rows' numbers.</param>
    /// <param name="outputs">[rows · further plates, outputs].</param>
    void SetRows(Tensor numbers, Tensor outputs);
}

/// <summary>Parameters with a set for each row of the data.</summary>
internal static class FreeRows
{
    /// <summary>The sets of some rows: [N, plates..., own] to [rows · plates, own].</summary>
    /// <param name="parameters">The sets.</param>
    /// <param name="numbers">The rows' numbers; null for all in order.</param>
    /// <param name="own">How many trailing dimensions one set has.</param>
    public static Tensor Select(Tensor parameters, Tensor? numbers, int own)
    {
        var rows = numbers is null ? parameters : parameters.index_select(0, numbers);
        var plates = checked((int)rows.dim()) - own;
        return plates == 1 ? rows : rows.flatten(0, plates - 1);
    }
}
