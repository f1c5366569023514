using static TorchSharp.torch;

namespace Ppl.Inference.Data;

/// <summary>Rows of data that models are trained on and evaluated with. Column k is the model's k-th parameter.</summary>
/// <remarks>
/// A data set draws nothing by itself: what is random in a row, such as dynamic binarization, is a pure function of the
/// <see cref="DrawKey"/> and the row. A run that is resumed in the middle of an epoch sees the same values again.
/// </remarks>
public interface IDataset
{
    /// <summary>The name of the data and of its binarization, as results show it.</summary>
    string Name { get; }

    /// <summary>The number of rows.</summary>
    int Count { get; }

    /// <summary>The columns, in the order of the model's parameters.</summary>
    IReadOnlyList<DataColumn> Columns { get; }

    /// <summary>The values of some rows: one tensor a column, each [rows.Length, event shape …], on the CPU.</summary>
    /// <param name="rows">Rows, each 0 … <see cref="Count"/> − 1; a row may be named more than once.</param>
    /// <param name="key">What random values depend on, besides the row.</param>
    /// <returns>New tensors that belong to the current dispose scope, or to the caller where there is none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    Tensor[] Rows(ReadOnlySpan<int> rows, DrawKey key);
}

/// <summary>A column of a data set.</summary>
/// <param name="Name">Its name, such as "x".</param>
/// <param name="EventShape">The shape of one row's value; empty for a number.</param>
/// <param name="Type">The element type of its tensors.</param>
public sealed record DataColumn(string Name, IReadOnlyList<long> EventShape, ScalarType Type);
