using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Examples.Iwae;

/// <summary>The models of Burda et al. (2016), each with its guide.</summary>
internal static class PaperModels
{
    /// <summary>A model of so many stochastic layers with the guide that the paper has; random weights.</summary>
    /// <param name="layers">1 or 2.</param>
    /// <param name="pixels">The mean of each pixel over the training set.</param>
    /// <param name="latents">Of the highest layer; a second one below it has twice as many.</param>
    /// <param name="hidden">Units of the layers beside the pixels; half as many between the latents.</param>
    public static (GenerativeModel Model, Guide Guide) Create(int layers, Tensor pixels, int latents = 50, int hidden = 200)
    {
        var width = (int)pixels.shape[0];
        switch (layers)
        {
            case 1:
                var one = new OneLayer(pixels, latents, hidden);
                return (one, one.CreateGuide(h: TanhNetworks.TanhLayers(width, hidden)));
            case 2:
                var two = new TwoLayers(pixels, latents, 2 * latents, hidden / 2, hidden);
                return (two, two.CreateGuide(
                    h2: TanhNetworks.TanhLayers(2 * latents, hidden / 2), h1: TanhNetworks.TanhLayers(width, hidden)));
            default:
                throw new ArgumentException($"--layers {layers}: the paper has models of 1 and 2 layers");
        }
    }

    /// <summary>The mean of each pixel.</summary>
    /// <param name="images">The training set.</param>
    public static Tensor MeanPixels(ImageSet images)
    {
        var sums = new double[images.PixelsPerImage];
        for (var row = 0; row < images.Count; row++)
        {
            var image = images.Image(row);
            for (var pixel = 0; pixel < sums.Length; pixel++) sums[pixel] += image[pixel];
        }

        return tensor([.. sums.Select(sum => (float)(sum / images.Count))]);
    }
}
