using System.Collections;

namespace TorchSharp.Utils;

/// <summary>A dictionary that keeps the order in which its entries were added, and can also be read by position.</summary>
public class OrderedDict<TKey, TValue> : IDictionary<TKey, TValue>, IList<(TKey, TValue)>
{
    private readonly List<(TKey, TValue)> list = [];
    private readonly Dictionary<TKey, TValue> byKey = [];

    public int Count => list.Count;

    public bool IsReadOnly => false;

    public ICollection<TKey> Keys => list.ConvertAll(entry => entry.Item1);

    public ICollection<TValue> Values => list.ConvertAll(entry => entry.Item2);

    public (TKey, TValue) this[int index]
    {
        get => list[index];
        set
        {
            byKey.Remove(list[index].Item1);
            byKey[value.Item1] = value.Item2;
            list[index] = value;
        }
    }

    public TValue this[TKey key]
    {
        get => byKey[key];
        set
        {
            if (byKey.ContainsKey(key)) list[Position(key)] = (key, value);
            else list.Add((key, value));

            byKey[key] = value;
        }
    }

    public IEnumerable<TKey> keys() => Keys;

    public IEnumerable<TValue> values() => Values;

    public IEnumerator<(TKey, TValue)> items() => list.GetEnumerator();

    public IEnumerator<(TKey, TValue)> GetEnumerator() => list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => list.GetEnumerator();

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator()
    {
        foreach (var (key, value) in list) yield return new KeyValuePair<TKey, TValue>(key, value);
    }

    public bool ContainsKey(TKey key) => byKey.ContainsKey(key);

    public bool TryGetValue(TKey key, out TValue value) => byKey.TryGetValue(key, out value);

    public void Add(TKey key, TValue value)
    {
        byKey.Add(key, value);
        list.Add((key, value));
    }

    public void Add((TKey, TValue) item) => Add(item.Item1, item.Item2);

    public void Add(KeyValuePair<TKey, TValue> item) => Add(item.Key, item.Value);

    public void Insert(int index, (TKey, TValue) item)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, (uint)list.Count, nameof(index));
        byKey.Add(item.Item1, item.Item2);
        list.Insert(index, item);
    }

    public bool Remove(TKey key)
    {
        if (!byKey.Remove(key)) return false;

        list.RemoveAt(Position(key));
        return true;
    }

    public bool Remove((TKey, TValue) item) => Contains(item) && Remove(item.Item1);

    public bool Remove(KeyValuePair<TKey, TValue> item) => Remove((item.Key, item.Value));

    public void RemoveAt(int index)
    {
        byKey.Remove(list[index].Item1);
        list.RemoveAt(index);
    }

    public bool Contains((TKey, TValue) item) =>
        byKey.TryGetValue(item.Item1, out var value) && EqualityComparer<TValue>.Default.Equals(value, item.Item2);

    public bool Contains(KeyValuePair<TKey, TValue> item) => Contains((item.Key, item.Value));

    public int IndexOf((TKey, TValue) item) => list.IndexOf(item);

    public void CopyTo((TKey, TValue)[] array, int arrayIndex) => list.CopyTo(array, arrayIndex);

    public void CopyTo(KeyValuePair<TKey, TValue>[] array, int arrayIndex)
    {
        foreach (var (key, value) in list) array[arrayIndex++] = new KeyValuePair<TKey, TValue>(key, value);
    }

    public void Clear()
    {
        list.Clear();
        byKey.Clear();
    }

    public void clear() => Clear();

    private int Position(TKey key)
    {
        var comparer = EqualityComparer<TKey>.Default;
        return list.FindIndex(entry => comparer.Equals(entry.Item1, key));
    }
}
