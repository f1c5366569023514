using System.Collections.Generic;

namespace Ppl.Torch.Bindings;

/// <summary>The classes that the table can add members to, and how a file opens each of them.</summary>
internal static class Homes
{
    private const string Torch = "public static partial class torch";

    public static readonly IReadOnlyDictionary<string, string[]> Openings = new Dictionary<string, string[]>
    {
        ["Tensor"] = new[] { Torch, "public partial class Tensor" },
        ["torch"] = new[] { Torch },
        ["linalg"] = new[] { Torch, "public static partial class linalg" },
        ["special"] = new[] { Torch, "public static partial class special" },
        ["fft"] = new[] { Torch, "public static partial class fft" },
        ["functional"] = new[] { Torch, "public static partial class nn", "public static partial class functional" },
        // Operators that have no public member of their own but that hand-written members call.
        ["Raw"] = new[] { "internal static partial class Raw" },
    };

    public static bool IsInstance(string home) => home == "Tensor";
}
