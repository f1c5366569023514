using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Ppl.Data;

/// <summary>Images as rows of float32: [batch, pixels] unless <see cref="Shaped"/>, then label columns if any were asked for.</summary>
public sealed class ImageDataset : Dataset
{
    private readonly bool shaped;
    private readonly (LabelColumn Label, bool OneHot)[] labels;

    internal ImageDataset(ImageSet images, Binarization binarization, bool shaped = false, params (LabelColumn Label, bool OneHot)[] labels)
    {
        Images = images;
        Binarization = binarization;
        this.shaped = shaped;
        this.labels = labels;
        long[] shape = shaped ? [images.Channels, images.Height, images.Width] : [images.PixelsPerImage];
        Columns =
        [
            new("x", shape, ScalarType.Float32),
            .. labels.Select(label => label.OneHot
                ? new DataColumn(label.Label.Name, [label.Label.ClassCount], ScalarType.Float32)
                : new DataColumn(label.Label.Name, [], ScalarType.Int64)),
        ];
    }

    /// <summary>The images.</summary>
    public ImageSet Images { get; }

    /// <summary>How intensities become values.</summary>
    public Binarization Binarization { get; }

    /// <inheritdoc/>
    public override string Name => $"{Images.Name}, {Binarization.Name}";

    /// <inheritdoc/>
    public override int Count => Images.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<DataColumn> Columns { get; }

    /// <summary>The same data with images as [batch, channels, height, width].</summary>
    public ImageDataset Shaped() => new(Images, Binarization, shaped: true, labels);

    /// <summary>The same data with a further column of labels.</summary>
    /// <param name="name">A label of the images; null for the first one.</param>
    /// <param name="oneHot">Whether the column is float32 [batch, classes] with a single one, or int64 [batch].</param>
    /// <exception cref="ArgumentException">The images have no such label.</exception>
    public ImageDataset WithLabels(string? name = null, bool oneHot = false)
    {
        var label = name is null && Images.Labels.Count > 0 ? Images.Labels[0] : Images.Label(name ?? "label");
        return new ImageDataset(Images, Binarization, shaped, [.. labels, (label, oneHot)]);
    }

    /// <inheritdoc/>
    public override Tensor[] Rows(ReadOnlySpan<int> rows, DrawKey key)
    {
        CheckRows(rows);
        var columns = new Tensor[Columns.Count];

        // Written straight into the tensor's memory: no managed buffer, no second copy.
        columns[0] = Empty(rows.Length, Columns[0]);
        PixelSource.Fill(Images, Binarization, key, rows, MemoryMarshal.Cast<byte, float>(columns[0].bytes));
        for (var k = 0; k < labels.Length; k++)
        {
            columns[k + 1] = Empty(rows.Length, Columns[k + 1]);
            FillLabels(labels[k].Label, labels[k].OneHot, rows, columns[k + 1].bytes);
        }

        return columns;
    }

    private static Tensor Empty(int rows, DataColumn column)
    {
        long[] shape = [rows, .. column.EventShape];
        return empty(shape, dtype: column.Type, device: CPU);
    }

    private static void FillLabels(LabelColumn label, bool oneHot, ReadOnlySpan<int> rows, Span<byte> memory)
    {
        if (!oneHot)
        {
            var classes = MemoryMarshal.Cast<byte, long>(memory);
            for (var k = 0; k < rows.Length; k++) classes[k] = label[rows[k]];

            return;
        }

        var ones = MemoryMarshal.Cast<byte, float>(memory);
        ones.Clear();
        for (var k = 0; k < rows.Length; k++) ones[(k * label.ClassCount) + label[rows[k]]] = 1;
    }
}
