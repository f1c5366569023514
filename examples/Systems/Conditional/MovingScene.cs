using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>
/// Frames of a ball with a tail, which shows where it comes from, and its path afterwards: it turns to the left or to the right, each with
/// probability one half, and nothing in the frame tells which.
/// </summary>
/// <param name="Frames">[n, Side²], from 0 to 1.</param>
/// <param name="Left">The path of a turn to the left, relative to the ball, [n, 2 · Steps].</param>
/// <param name="Right">That of a turn to the right.</param>
/// <param name="Paths">What happened, with noise.</param>
/// <param name="Balls">Where the balls are, [n, 2].</param>
public sealed record MovingScene(Tensor Frames, Tensor Left, Tensor Right, Tensor Paths, Tensor Balls)
{
    /// <summary>Pixels along an edge of a frame.</summary>
    public const int Side = 24;

    /// <summary>Points of a path.</summary>
    public const int Steps = 8;

    private const double Stride = 0.04;     // edges of the frame a step
    private const double Turn = 0.2;        // radians a step
    private const double Noise = 0.003;

    /// <summary>Draws scenes from torch's generator.</summary>
    /// <param name="count">How many.</param>
    public static MovingScene Draw(int count)
    {
        var ball = 0.35 + (0.3 * rand(count, 2));
        var heading = 2 * Math.PI * rand(count, 1);
        var (left, right) = (Path(heading, Turn), Path(heading, -Turn));
        var isLeft = rand(count, 1).lt(0.5);
        var paths = where(isLeft, left, right) + (Noise * randn(count, 2 * Steps));
        var behind = ball - (3 * Stride * cat([heading.cos(), heading.sin()], 1));
        return new(maximum(Blob(ball, 1), Blob(behind, 0.5)), left, right, paths, ball);
    }

    /// <summary>The frame with the balls of a path in it, [n, Side²].</summary>
    /// <param name="paths">[n, 2 · Steps], relative to the ball.</param>
    public Tensor With(Tensor paths)
    {
        var picture = Frames;
        for (var step = 0; step < Steps; step++) picture = maximum(picture, Blob(Balls + paths.narrow(1, 2 * step, 2), 0.8));
        return picture;
    }

    private static Tensor Path(Tensor heading, double turn)
    {
        var angles = heading + (turn * arange(1, Steps + 1, ScalarType.Float32));
        return (Stride * stack([angles.cos(), angles.sin()], -1)).cumsum(1).flatten(1);
    }

    private static Tensor Blob(Tensor centre, double height)
    {
        const double Radius = 0.04;
        var grid = (arange(Side, ScalarType.Float32) + 0.5) / Side;
        var across = (-(grid - centre.narrow(1, 0, 1)).square() / (2 * Radius * Radius)).exp();
        var down = (-(grid - centre.narrow(1, 1, 1)).square() / (2 * Radius * Radius)).exp();
        return height * (down.unsqueeze(2) * across.unsqueeze(1)).flatten(1);
    }
}
