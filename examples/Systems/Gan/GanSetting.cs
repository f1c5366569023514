using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>Networks and budget of the programs with a critic: the program's own, or those of the code that Gulrajani et al. published.</summary>
/// <param name="run">What the program is told.</param>
internal sealed class GanSetting(SystemRun run)
{
    /// <summary>Adam's rate for the GAN: the same in both settings.</summary>
    public const double GanRate = 2e-4;

    private const int Channels = 64;

    /// <summary>The dimension of the noise of an image.</summary>
    public int Latents { get; } = run.Size(64, 64, 128);

    /// <summary>Images a step.</summary>
    public int Batch { get; } = run.Size(Images.BatchSize, Images.BatchSize, 50);

    /// <summary>Passes of GAN and VAE over the images: 200,000 steps of either player where the setting is the published one.</summary>
    public int Epochs { get; } = run.EpochsOr(10, 1, 333);

    /// <summary>Passes of the WGAN: twice as many, or 200,000 steps of the generator and five times as many of the critic.</summary>
    public int CriticEpochs => run is { IsFull: true, IsSmoke: false, Epochs: null } ? 1_000 : 2 * Epochs;

    /// <summary>Steps of the WGAN's critic for each of the generator.</summary>
    public int CriticSteps { get; } = run.Size(3, 3, 5);

    /// <summary>Adam's rate for the WGAN.</summary>
    public double CriticRate => run.IsFull ? 1e-4 : 5e-4;

    /// <summary>The share that the GAN's critic drops.</summary>
    public double Dropout => run.IsFull ? 0 : 0.3;

    /// <summary>Units of the ring's hidden layers.</summary>
    public int RingHidden { get; } = run.Size(128, 128, 512);

    /// <summary>Points a step.</summary>
    public int RingBatch { get; } = run.Size(250, 250, 256);

    /// <summary>Passes over the ring's points in each quarter; the published number is of 100,000 steps of the WGAN's generator.</summary>
    public int RingEpochs { get; } = run.Of(150, 1, 3_750);

    /// <summary>Adam's rate on the ring.</summary>
    public double RingRate => run.IsFull ? 1e-4 : 5e-4;

    /// <summary>The networks on images in words.</summary>
    public string Networks => run.IsFull
        ? $"generators and critics of three convolutions of 5 × 5 with {Channels} to {4 * Channels} channels, without norms"
        : $"generators {Latents}-256-512-784 with batch norm and critics 784-256-128-1";

    /// <summary>From noise to an image.</summary>
    /// <param name="pixels">Those of an image.</param>
    public Module<Tensor, Tensor> Generator(long pixels) => run.IsFull
        ? Sequential(
            Linear(Latents, 16 * 4 * Channels), ReLU(), Unflatten(1, [4 * Channels, 4, 4]),
            ConvTranspose2d(4 * Channels, 2 * Channels, 5, stride: 2, padding: 2), ReLU(),
            ConvTranspose2d(2 * Channels, Channels, 5, stride: 2, padding: 2, output_padding: 1), ReLU(),
            ConvTranspose2d(Channels, 1, 5, stride: 2, padding: 2, output_padding: 1), Sigmoid(), Flatten())
        : Sequential(
            Linear(Latents, 256), BatchNorm1d(256), ReLU(), Linear(256, 512), BatchNorm1d(512), ReLU(), Linear(512, pixels), Sigmoid());

    /// <summary>From an image to a number.</summary>
    /// <param name="pixels">Those of an image.</param>
    /// <param name="side">Pixels on a side of it.</param>
    /// <param name="dropout">The share of units that are dropped, where the layers are linear.</param>
    public Module<Tensor, Tensor> Critic(long pixels, long side, double dropout) => run.IsFull
        ? Sequential(
            Unflatten(1, [1, side, side]),
            Conv2d(1, Channels, 5, stride: 2, padding: 2L), LeakyReLU(0.2),
            Conv2d(Channels, 2 * Channels, 5, stride: 2, padding: 2L), LeakyReLU(0.2),
            Conv2d(2 * Channels, 4 * Channels, 5, stride: 2, padding: 2L), LeakyReLU(0.2), Flatten(), Linear(16 * 4 * Channels, 1))
        : Sequential(Linear(pixels, 256), LeakyReLU(0.2), Dropout(dropout), Linear(256, 128), LeakyReLU(0.2), Dropout(dropout), Linear(128, 1));
}
