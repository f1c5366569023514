namespace Ppl.Data;

/// <content>How images become training data.</content>
public sealed partial class ImageSet
{
    /// <summary>Training data with fresh Bernoulli draws in each epoch: dynamic binarization.</summary>
    public ImageDataset Binarized() => With(Binarization.Dynamic);

    /// <summary>Data with one Bernoulli draw that stays the same: fixed binarization.</summary>
    /// <param name="seed">The seed of the draw.</param>
    public ImageDataset Binarized(long seed) => With(Binarization.Fixed(seed));

    /// <summary>Data of ones where the intensity is above a level, else zeros.</summary>
    /// <param name="level">The level, in [0, 1).</param>
    public ImageDataset Thresholded(float level = 0.5f) => With(Binarization.Threshold(level));

    /// <summary>Data of the intensities themselves, in [0, 1].</summary>
    public ImageDataset Grey() => With(Binarization.None);

    /// <summary>Data under a given binarization.</summary>
    /// <param name="binarization">How intensities become values.</param>
    public ImageDataset With(Binarization binarization)
    {
        ArgumentNullException.ThrowIfNull(binarization);
        return new ImageDataset(this, binarization);
    }
}
