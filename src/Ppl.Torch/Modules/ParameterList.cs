using System.Collections;
using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Parameters by position: their names are 0, 1, 2, ...</summary>
public class ParameterList : nn.Module, IList<Parameter>
{
    public ParameterList(params Parameter[] parameters) : base(nameof(ParameterList))
    {
        extend(parameters);
    }

    public int Count => _internal_params.Count;

    public bool IsReadOnly => false;

    public Parameter this[int index]
    {
        get => Items[index];
        set
        {
            var items = Items;
            items[index] = value;
            Reset(items);
        }
    }

    private List<Parameter> Items
    {
        get
        {
            var items = new List<Parameter>(_internal_params.Count);
            foreach (var (_, item) in _internal_params) items.Add(item);

            return items;
        }
    }

    public void Add(Parameter item) => register_parameter(_internal_params.Count.ToString(CultureInfo.InvariantCulture), item);

    public void append(params Parameter[] parameters) => extend(parameters);

    public void extend(IEnumerable<Parameter> parameters)
    {
        foreach (var item in parameters) Add(item);
    }

    public void Insert(int index, Parameter item)
    {
        var items = Items;
        items.Insert(index, item);
        Reset(items);
    }

    public bool Remove(Parameter item)
    {
        var items = Items;
        var removed = items.RemoveAll(p => ReferenceEquals(p, item)) > 0;
        Reset(items);
        return removed;
    }

    public void RemoveAt(int index)
    {
        var items = Items;
        items.RemoveAt(index);
        Reset(items);
    }

    public void Clear() => _internal_params.Clear();

    public bool Contains(Parameter item) => IndexOf(item) >= 0;

    public int IndexOf(Parameter item) => Items.FindIndex(p => ReferenceEquals(p, item));

    public void CopyTo(Parameter[] array, int arrayIndex) => Items.CopyTo(array, arrayIndex);

    public IEnumerator<Parameter> GetEnumerator() => Items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Reset(List<Parameter> items)
    {
        Clear();
        extend(items);
    }
}
