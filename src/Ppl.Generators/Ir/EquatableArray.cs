using System.Collections;

namespace Ppl.Generators.Ir;

/// <summary>An immutable list that is equal to another when their elements are: what incremental caching compares.</summary>
internal readonly struct EquatableArray<T>(T[]? items) : IEquatable<EquatableArray<T>>, IReadOnlyList<T>
    where T : IEquatable<T>
{
    public static readonly EquatableArray<T> Empty = new([]);

    private readonly T[]? items = items;

    private T[] Items => items ?? [];

    public int Count => Items.Length;

    public T this[int index] => Items[index];

    public bool Equals(EquatableArray<T> other) => Items.AsSpan().SequenceEqual(other.Items);

    public override bool Equals(object? obj) => obj is EquatableArray<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = 17;
        foreach (var item in Items) hash = unchecked((hash * 31) + (item?.GetHashCode() ?? 0));
        return hash;
    }

    // A loop over the array itself, and queries of it, cost a fraction of those through an interface, and there are many.
    public Enumerator GetEnumerator() => new(Items);

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Items.GetEnumerator();

    public IEnumerable<TResult> Select<TResult>(Func<T, TResult> selector) => Items.Select(selector);

    public IEnumerable<T> Where(Func<T, bool> predicate) => Items.Where(predicate);

    public bool Any(Func<T, bool> predicate)
    {
        foreach (var item in Items)
            if (predicate(item)) return true;
        return false;
    }

    public bool All(Func<T, bool> predicate)
    {
        foreach (var item in Items)
            if (!predicate(item)) return false;
        return true;
    }

    public bool Contains(T item) => Array.IndexOf(Items, item) >= 0;

    public static bool operator ==(EquatableArray<T> left, EquatableArray<T> right) => left.Equals(right);

    public static bool operator !=(EquatableArray<T> left, EquatableArray<T> right) => !left.Equals(right);

    /// <summary>Goes through the elements.</summary>
    public struct Enumerator(T[] items)
    {
        private int index = -1;

        public readonly T Current => items[index];

        public bool MoveNext() => ++index < items.Length;
    }
}

internal static class EquatableArrayExtensions
{
    public static EquatableArray<T> ToEquatable<T>(this IEnumerable<T> items)
        where T : IEquatable<T> => new([.. items]);
}
