using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Parameters by name, in the order in which they were added.</summary>
public class ParameterDict : nn.Module, IDictionary<string, Parameter>, IList<(string, Parameter)>
{
    public ParameterDict() : base(nameof(ParameterDict))
    {
    }

    public int Count => _internal_params.Count;

    public bool IsReadOnly => false;

    public ICollection<string> Keys => _internal_params.Keys;

    public ICollection<Parameter> Values => Items.ConvertAll(item => item.Item2);

    public Parameter this[string key]
    {
        get => _internal_params[key];
        set
        {
            if (_internal_params.ContainsKey(key)) _internal_params[key] = value;
            else Add(key, value);
        }
    }

    public (string, Parameter) this[int index]
    {
        get => Items[index];
        set
        {
            var items = Items;
            items[index] = value;
            Reset(items);
        }
    }

    private List<(string, Parameter)> Items
    {
        get
        {
            var items = new List<(string, Parameter)>(_internal_params.Count);
            foreach (var (key, item) in _internal_params) items.Add((key, item));

            return items;
        }
    }

    public IEnumerable<string> keys() => Keys;

    public IEnumerable<Parameter> values() => Values;

    public IEnumerator<(string, Parameter)> items() => Items.GetEnumerator();

    public IEnumerator<(string, Parameter)> GetEnumerator() => Items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    IEnumerator<KeyValuePair<string, Parameter>> IEnumerable<KeyValuePair<string, Parameter>>.GetEnumerator() =>
        Items.Select(item => KeyValuePair.Create(item.Item1, item.Item2)).GetEnumerator();

    public void Add(string key, Parameter value) => register_parameter(key, value);

    public void Add((string, Parameter) item) => Add(item.Item1, item.Item2);

    public void Add(KeyValuePair<string, Parameter> item) => Add(item.Key, item.Value);

    public void Insert(int index, (string, Parameter) item)
    {
        var items = Items;
        items.Insert(index, item);
        Reset(items);
    }

    public bool Remove(string key) => _internal_params.Remove(key);

    public bool Remove((string, Parameter) item) => Contains(item) && Remove(item.Item1);

    public bool Remove(KeyValuePair<string, Parameter> item) => Remove((item.Key, item.Value));

    public void RemoveAt(int index) => _internal_params.RemoveAt(index);

    public void Clear() => _internal_params.Clear();

    public void clear() => Clear();

    public bool ContainsKey(string key) => _internal_params.ContainsKey(key);

    public bool TryGetValue(string key, out Parameter value)
    {
        var found = _internal_params.TryGetValue(key, out var stored);
        value = stored;
        return found;
    }

    public bool Contains((string, Parameter) item) => IndexOf(item) >= 0;

    public bool Contains(KeyValuePair<string, Parameter> item) => Contains((item.Key, item.Value));

    public int IndexOf((string, Parameter) item) => Items.FindIndex(i => i.Item1 == item.Item1 && ReferenceEquals(i.Item2, item.Item2));

    public void CopyTo((string, Parameter)[] array, int arrayIndex) => Items.CopyTo(array, arrayIndex);

    public void CopyTo(KeyValuePair<string, Parameter>[] array, int arrayIndex)
    {
        foreach (var (key, item) in Items) array[arrayIndex++] = KeyValuePair.Create(key, item);
    }

    /// <summary>As the base class's; a call on this class says whether it wants the submodules' parameters too.</summary>
    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse) => base.named_parameters(recurse);

    private void Reset(List<(string, Parameter)> items)
    {
        Clear();
        foreach (var item in items) Add(item);
    }
}
