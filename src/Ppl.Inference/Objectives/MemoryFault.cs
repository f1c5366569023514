using Ppl.Contracts;

namespace Ppl.Inference;

/// <summary>Says of what there was too much, where an allocator knows only bytes.</summary>
internal static class MemoryFault
{
    private static readonly string[] Words = ["allocate memory", "out of memory", "size calculation overflowed", "integer multiplication overflow"];

    public static bool Is(Exception fault) =>
        fault is OutOfMemoryException
        || (fault is PplException { InnerException: { } cause } && Is(cause))
        || (LibraryFault.Is(fault) && Array.Exists(Words, word => fault.Message.Contains(word, StringComparison.OrdinalIgnoreCase)));

    public static PplArgumentException Of(Exception fault, Rows rows) => new(
        $"{rows.Particles} particles of {rows.Count} rows are {rows.Total} rows at once, more than there is memory for: take fewer particles, or "
        + $"fewer rows a batch. {LibraryFault.Text(fault)}",
        null,
        fault);
}
