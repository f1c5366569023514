using System.Numerics;
using Ppl.Common;

namespace Ppl.Data;

/// <summary>Digits that this program draws itself: 28 × 28 grey images, labelled "digit". They are not MNIST and are never shown as MNIST.</summary>
/// <remarks>
/// A digit is a few smooth strokes. Each image moves their points a little and gives them a random width, slant, rotation, bend,
/// size, place and thickness; a pixel's level falls off with its distance from the stroke. Image i is a function of (seed, i) only,
/// whatever the number of threads or images.
/// </remarks>
public static class DrawnDigits
{
    private const int Size = 28;
    private const int StepsPerSpan = 5;
    private const float Pressure = 0.22f;

    /// <summary>The default training set: 60,000 images.</summary>
    public static ImageSet Train() => Make(60_000, seed: 1);

    /// <summary>The default test set: 10,000 images, none of them in the training set.</summary>
    public static ImageSet Test() => Make(10_000, seed: 2);

    /// <summary>Draws digits.</summary>
    /// <param name="count">How many images, ≥ 0.</param>
    /// <param name="seed">The seed of the drawing.</param>
    public static ImageSet Make(int count, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var pixels = new byte[checked(count * Size * Size)];
        var digits = new int[count];
        Parallel.For(0, count, index => digits[index] = Draw(seed, index, pixels.AsSpan(index * Size * Size, Size * Size)));
        return new ImageSet(
            "drawn digits", $"drawn by this program from strokes, seed {seed}", Size, Size, pixels, labels: [new("digit", digits, 10)],
            isDrawn: true);
    }

    private static int Draw(long seed, int index, Span<byte> image)
    {
        var random = new CounterRandom(CounterRandom.Key(seed, index));
        var digit = random.NextInt(10);
        var skeleton = Choose(DigitSkeletons.Ways[digit], ref random);
        var hand = new Hand(skeleton.Aspect, ref random);
        var strokes = hand.Write(skeleton.Strokes, ref random);

        Span<float> mask = stackalloc float[Size * Size];
        mask.Clear();
        foreach (var stroke in strokes)
        {
            var pressure = (float)random.NextUniform(-Pressure, Pressure);
            for (var k = 0; k + 1 < stroke.Length; k++)
            {
                var along = ((k + 0.5f) / (stroke.Length - 1)) - 0.5f;
                StrokeMask.Segment(mask, Size, stroke[k], stroke[k + 1], hand.Radius * (1 + (pressure * along)), hand.Softness);
            }
        }

        for (var k = 0; k < mask.Length; k++) image[k] = (byte)MathF.Round(255 * mask[k]);

        return digit;
    }

    private static DigitSkeletons.Skeleton Choose(DigitSkeletons.Skeleton[] ways, ref CounterRandom random)
    {
        var total = 0f;
        foreach (var way in ways) total += way.Weight;

        var left = (float)random.NextUniform() * total;
        foreach (var way in ways)
        {
            left -= way.Weight;
            if (left < 0) return way;
        }

        return ways[^1];
    }

    /// <summary>The way one image is written: everything about it that is random except the single points.</summary>
    private readonly struct Hand
    {
        private readonly float height;
        private readonly float width;
        private readonly float jitter;
        private readonly Vector2 bend;
        private readonly Vector2 bendPhase;
        private readonly Matrix3x2 turn;
        private readonly Vector2 place;

        public Hand(float aspect, ref CounterRandom random)
        {
            height = (float)random.NextUniform(17.5, 20.5);
            width = height * aspect * (float)Math.Exp(0.16 * random.NextNormal());
            width = Math.Clamp(width, 2.0f, 20);
            jitter = (float)random.NextUniform(0.3, 1.0);
            bend = new Vector2(Normal(ref random), Normal(ref random)) * new Vector2(0.5f, 0.45f);
            bendPhase = new Vector2((float)random.NextUniform(0, 6.2831853), (float)random.NextUniform(0, 6.2831853));
            var slant = Math.Clamp(0.13f + (0.2f * Normal(ref random)), -0.4f, 0.65f);
            var angle = 0.08f * Normal(ref random);
            turn = new Matrix3x2(1, 0, -slant, 1, 0, 0) * Matrix3x2.CreateRotation(angle);
            place = 0.7f * new Vector2(Normal(ref random), Normal(ref random));
            Radius = (float)Math.Clamp(Math.Exp(0.22 + (0.26 * random.NextNormal())), 0.75, 2.3);
            Softness = (float)random.NextUniform(1.1, 1.5);
        }

        /// <summary>Half the thickness of the strokes, in pixels.</summary>
        public float Radius { get; }

        /// <summary>Over how many pixels the ink fades.</summary>
        public float Softness { get; }

        /// <summary>The strokes as polylines in pixels of the image.</summary>
        public Vector2[][] Write(Vector2[][] strokes, ref CounterRandom random)
        {
            var lines = new Vector2[strokes.Length][];
            var moved = new List<(Vector2 Model, Vector2 Point)>();
            Span<Vector2> points = stackalloc Vector2[16];
            for (var k = 0; k < strokes.Length; k++)
            {
                var stroke = strokes[k];
                for (var i = 0; i < stroke.Length; i++) points[i] = Move(stroke[i], moved, ref random);

                lines[k] = new Vector2[Curve.Length(stroke.Length, closed: false, StepsPerSpan)];
                Curve.Smooth(points[..stroke.Length], closed: false, StepsPerSpan, lines[k]);
            }

            Fit(lines);
            return lines;
        }

        private Vector2 Move(Vector2 model, List<(Vector2 Model, Vector2 Point)> moved, ref CounterRandom random)
        {
            foreach (var earlier in moved)
            {
                if (earlier.Model == model) return earlier.Point;
            }

            var shift = jitter * new Vector2(Normal(ref random), Normal(ref random));
            var bent = bend * new Vector2(MathF.Sin((model.Y * 4) + bendPhase.X), MathF.Sin((model.X * 3) + bendPhase.Y));
            var point = ((model - new Vector2(0.5f)) * new Vector2(width, height)) + (0.75f * shift) + bent;
            point = Vector2.Transform(point, turn);
            moved.Add((model, point));
            return point;
        }

        /// <summary>Puts the writing into the middle of the image, moved by a random step, and keeps it within the border.</summary>
        private void Fit(Vector2[][] lines)
        {
            Vector2 low = new(float.MaxValue), high = new(float.MinValue);
            foreach (var line in lines)
            {
                foreach (var point in line)
                {
                    low = Vector2.Min(low, point);
                    high = Vector2.Max(high, point);
                }
            }

            // The outermost pixels, whose centres are half a pixel from the border, stay black under the strongest pressure.
            var room = Size - 1 - (2 * ((Radius * (1 + (Pressure / 2))) + (Softness / 2)));
            var shrink = Vector2.Min(Vector2.One, new Vector2(room) / Vector2.Max(high - low, Vector2.One));
            var free = Vector2.Max(Vector2.Zero, new Vector2(room) - ((high - low) * shrink)) / 2;
            var centre = new Vector2(Size / 2f) + Vector2.Clamp(place, -free, free);
            var middle = (low + high) / 2;
            foreach (var line in lines)
            {
                foreach (ref var point in line.AsSpan()) point = ((point - middle) * shrink) + centre;
            }
        }

        private static float Normal(ref CounterRandom random) => (float)random.NextNormal();
    }
}
