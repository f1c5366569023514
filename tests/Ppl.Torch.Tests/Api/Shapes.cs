#pragma warning disable CA1822, CA1052 // Shapes to compare: what they do is of no matter.
namespace Ppl.Torch.Tests.Api;

/// <summary>Types that stand for TorchSharp's.</summary>
public static class Theirs
{
    public class Base
    {
        public virtual int Named(bool recurse = true) => recurse ? 1 : 0;
    }

    public sealed class Strict : Base
    {
        public override int Named(bool recurse) => base.Named(recurse);
    }

    public sealed class Same : Base
    {
        public override int Named(bool recurse = true) => base.Named(recurse);
    }

    public sealed class Longer;

    public sealed class OtherName
    {
        public int Twice(int x) => 2 * x;
    }

    public sealed class OtherDefault
    {
        public int Scale(double by = 1) => (int)by;
    }

    public sealed class OtherTuple
    {
        public (int output, int indices) Both() => (1, 2);
    }

    public sealed class Settable
    {
        public int Size => 1;
    }

    public sealed class Open;
}

/// <summary>The same types, each with one difference that its name tells.</summary>
public static class Ours
{
    public class Base
    {
        public virtual int Named(bool recurse = true) => recurse ? 1 : 0;
    }

    public sealed class Strict : Base;

    public sealed class Same : Base;

    public sealed class Longer
    {
        public void More()
        {
        }
    }

    public sealed class OtherName
    {
        public int Twice(int y) => 2 * y;
    }

    public sealed class OtherDefault
    {
        public int Scale(double by = 2) => (int)by;
    }

    public sealed class OtherTuple
    {
        public (int Values, int Indices) Both() => (1, 2);
    }

    public sealed class Settable
    {
        public int Size { get; set; } = 1;
    }

    public sealed class Unknown;

    public class Open;
}
