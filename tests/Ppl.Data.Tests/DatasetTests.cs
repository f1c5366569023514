using static TorchSharp.torch;

namespace Ppl.Data.Tests;

public sealed class DatasetTests
{
    private static readonly ImageSet Digits = DrawnDigits.Make(103, seed: 1);

    [Fact]
    public void Batches_cover_each_row_exactly_once_in_each_epoch()
    {
        foreach (var shuffle in new[] { true, false })
        {
            for (var epoch = 0; epoch < 3; epoch++)
            {
                var batches = Digits.Grey().Batches(10, seed: 5, epoch, shuffle);
                Assert.Equal(11, batches.Count);
                Assert.Equal([10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 3], batches.Select(batch => batch.Size));
                Assert.Equal(Enumerable.Range(0, 103), batches.SelectMany(batch => batch.Rows.ToArray()).Order());
            }
        }

        var whole = Digits.Grey().Batches(10, seed: 5, dropLast: true);
        Assert.Equal(100, whole.SelectMany(batch => batch.Rows.ToArray()).Distinct().Count());
        Assert.Equal(10, whole.Count);
    }

    [Fact]
    public void The_order_is_a_function_of_seed_and_epoch()
    {
        Assert.Equal(Order(seed: 5, epoch: 2), Order(seed: 5, epoch: 2));
        Assert.NotEqual(Order(seed: 5, epoch: 2), Order(seed: 5, epoch: 3));
        Assert.NotEqual(Order(seed: 5, epoch: 2), Order(seed: 6, epoch: 2));
        Assert.Equal(Enumerable.Range(0, 103), Order(seed: 5, epoch: 2, shuffle: false));
    }

    [Fact]
    public void Shuffled_rows_are_equally_likely_everywhere()
    {
        // The place of row 0 over 5,150 epochs: chi-square with 102 degrees of freedom, above 190 with probability 3e-7.
        var counts = new int[103];
        for (var epoch = 0; epoch < 5150; epoch++) counts[Array.IndexOf(Order(seed: 1, epoch), 0)]++;

        Assert.InRange(counts.Sum(count => Math.Pow(count - 50, 2) / 50), 0, 190);
    }

    [Fact]
    public void Sets_of_equal_shape_and_other_values_have_other_identities()
    {
        using var scope = NewDisposeScope();
        var values = arange(12_000, dtype: ScalarType.Float32).reshape(4000, 3);
        var changed = values.clone();
        changed[3999, 2] = -1;
        using var plain = Dataset.From("a", ("x", values));
        Dataset[] others =
        [
            Dataset.From("b", ("x", values)),
            Dataset.From("a", ("y", values)),
            Dataset.From("a", ("x", values.reshape(4000, 3, 1))),
            Dataset.From("a", ("x", values.to(ScalarType.Int32))),
            Dataset.From("a", ("x", values.flip(0))),
            Dataset.From("a", ("x", changed)),
            Dataset.From("a", ("x", values * 2)),
            plain.Take(3999),
            plain.Split(1).Second,
            Dataset.Zip(plain, plain),
        ];
        using var same = Dataset.From("a", ("x", values.clone()));
        Assert.Equal(plain.Identity(), same.Identity());
        DataIdentity[] all = [plain.Identity(), .. others.Select(other => other.Identity())];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Matches("^'a' \\(4,000 rows, fingerprint [0-9a-f]{8}\\)$", plain.Identity().ToString());
    }

    [Fact]
    public void The_identity_of_random_values_is_that_of_their_source()
    {
        Assert.Equal(Digits.Binarized().Identity(), Digits.Binarized().Identity());
        Dataset[] sets = [Digits.Binarized(), Digits.Binarized(seed: 0), Digits.Binarized(seed: 1), Digits.Grey()];
        DataIdentity[] all = [.. sets.Select(set => set.Identity())];
        Assert.Equal(4, all.Select(identity => identity.Fingerprint).Distinct().Count());
        Assert.NotEqual(Digits.Binarized().Identity().Fingerprint, DrawnDigits.Make(103, seed: 2).Binarized().Identity().Fingerprint);
    }

    /// <summary>A set whose rows are as long as all that is looked at: it is asked for two of its rows.</summary>
    [Fact]
    public void An_identity_looks_at_a_bounded_part()
    {
        var huge = new Counting(1_000_000, rowLength: 1 << 20);
        huge.Identity();
        Assert.Equal([0, 999_999], huge.Asked);
        var small = new Counting(1_000_000, rowLength: 1);
        small.Identity();
        Assert.Equal(1024, small.Asked.Count);
        Assert.Equal((0, 999_999), (small.Asked[0], small.Asked[^1]));
        var single = new Counting(1, rowLength: 0);
        single.Identity();
        Assert.Equal([0], single.Asked);
        new Counting(0, rowLength: 1).Identity();
    }

    [Fact]
    public void A_resumed_epoch_gives_the_same_values()
    {
        using var scope = NewDisposeScope();
        foreach (var data in new[] { Digits.Binarized(), Digits.Binarized(seed: 3), Digits.Grey(), Digits.Thresholded() })
        {
            var ran = data.Batches(16, seed: 5, epoch: 1).Select(batch => Floats(batch.Load()[0])).ToArray();
            Assert.Equal(ran[4], Floats(data.Batches(16, seed: 5, epoch: 1)[4].Load()[0]));
        }
    }

    [Fact]
    public void Images_are_flat_or_shaped_float32()
    {
        using var scope = NewDisposeScope();
        var flat = Digits.Grey().Rows([4, 0], default)[0];
        Assert.Equal([2, 784], flat.shape);
        Assert.Equal(ScalarType.Float32, flat.dtype);
        Assert.Equal([.. Digits.Image(4), .. Digits.Image(0)], Floats(flat));
        var shaped = Digits.Grey().Shaped();
        Assert.Equal([2, 1, 28, 28], shaped.Rows([4, 0], default)[0].shape);
        Assert.Equal([1, 28, 28], shaped.Columns[0].EventShape);
        Assert.Equal(Floats(flat), Floats(shaped.Rows([4, 0], default)[0]));
    }

    [Fact]
    public void Labels_are_a_column_of_classes_or_of_one_hot_rows()
    {
        using var scope = NewDisposeScope();
        var data = Digits.Binarized().WithLabels().WithLabels("digit", oneHot: true);
        Assert.Equal(["x", "digit", "digit"], data.Columns.Select(column => column.Name));
        var columns = data.Rows([7, 8, 9], default);
        Assert.Equal([3], columns[1].shape);
        Assert.Equal([3, 10], columns[2].shape);
        var classes = columns[1].data<long>().ToArray();
        Assert.Equal(Digits.Labels[0].Classes[7..10].ToArray().Select(digit => (long)digit), classes);
        var ones = Floats(columns[2]);
        Assert.All(Enumerable.Range(0, 30), k => Assert.Equal(classes[k / 10] == k % 10 ? 1 : 0, ones[k]));
        Assert.Throws<ArgumentException>(() => Digits.Grey().WithLabels("colour"));
    }

    [Fact]
    public void Tensors_in_memory_are_gathered_row_by_row()
    {
        TensorDataset data;
        using (NewDisposeScope())
        {
            data = Dataset.From(arange(12, dtype: ScalarType.Float32).reshape(6, 2), arange(6, dtype: ScalarType.Int64));
        }

        using (data)
        using (NewDisposeScope())
        {
            Assert.Equal(["x1", "x2"], data.Columns.Select(column => column.Name));
            Assert.Equal([2], data.Columns[0].EventShape);
            var columns = data.Rows([5, 0, 5], default);
            Assert.Equal([10f, 11, 0, 1, 10, 11], Floats(columns[0]));
            Assert.Equal([5L, 0, 5], columns[1].data<long>().ToArray());
        }
    }

    [Fact]
    public void Views_map_rows_and_keep_the_draws_of_their_source()
    {
        using var scope = NewDisposeScope();
        var data = Digits.Binarized();
        var key = new DrawKey(3, 1);
        var some = data.Subset([50, 20, 20]);
        Assert.Equal(3, some.Count);
        Assert.Equal(Floats(data.Rows([20, 50], key)[0]), Floats(some.Rows([1, 0], key)[0]));
        var (first, second) = data.Split(100);
        Assert.Equal((100, 3), (first.Count, second.Count));
        Assert.Equal(Floats(data.Rows([101], key)[0]), Floats(second.Rows([1], key)[0]));
        Assert.Equal(5, ((Dataset)data).Take(5).Count);
        Assert.Equal([103, 784], data.All()[0].shape);
    }

    [Fact]
    public void Joined_data_have_the_columns_of_all_parts()
    {
        using var scope = NewDisposeScope();
        using var table = CsvTable.Read(new StringReader("a,b\n1,2\n3,4\n")).ToDataset();
        using var other = Dataset.From("o", ("y", zeros(2, 3)));
        var both = Dataset.Zip(table, other);
        Assert.Equal(["x", "y"], both.Columns.Select(column => column.Name));
        Assert.Equal([3f, 4], Floats(both.Rows([1], default)[0]));
        Assert.Throws<ArgumentException>(() => Dataset.Zip(table, Digits.Grey()));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var scope = NewDisposeScope();
        var data = Digits.Grey();
        Assert.Equal(103, Assert.Throws<ArgumentOutOfRangeException>(() => data.Rows([0, 103], default)).ActualValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Rows([-1], default));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((Dataset)data).Take(104));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Batches(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Batches(1, epoch: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Batches(10)[11]);
        Assert.StartsWith(
            "column \"x2\": expected 3 rows as in \"x1\", found 2",
            Assert.Throws<ArgumentException>(() => Dataset.From(zeros(3), zeros(2))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Dataset.From(zeros(Array.Empty<long>())));
    }

    [Fact]
    public void Loading_batches_leaves_no_tensors_behind()
    {
        var data = Digits.Binarized().WithLabels();
        using var memory = Dataset.From(zeros(50, 4));
        Run(data, memory);
        var before = LiveTensors.Count;
        Run(data, memory);
        Assert.Equal(before, LiveTensors.Count);
    }

    [FactWhenData("mnist")]
    public void The_programs_of_the_design_get_their_data()
    {
        using var scope = NewDisposeScope();
        Dataset train = Mnist.Train().Binarized(), test = Mnist.Test().Binarized(seed: 0);
        Assert.Equal("MNIST train, binarized dynamically", train.Name);
        Assert.Equal("MNIST test, binarized once (seed 0)", test.Name);
        Assert.Equal([128, 784], train.Batches(128)[0].Load()[0].shape);

        // The sum of 100 test images' pixels has mean Σp and variance Σp(1 − p).
        var grey = Floats(Mnist.Test().Grey().Take(100).All()[0]);
        var mean = grey.Sum(p => (double)p);
        var deviation = Math.Sqrt(grey.Sum(p => p * (1.0 - p)));
        Assert.InRange((Floats(test.Take(100).All()[0]).Sum(x => (double)x) - mean) / deviation, -5, 5);
    }

    private static void Run(params Dataset[] data)
    {
        foreach (var set in data)
        {
            foreach (var batch in set.Batches(10))
            {
                using var scope = NewDisposeScope();
                batch.Load();
            }
        }
    }

    private static int[] Order(long seed, int epoch, bool shuffle = true)
        => [.. Digits.Grey().Batches(10, seed, epoch, shuffle).SelectMany(batch => batch.Rows.ToArray())];

    private static float[] Floats(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    private sealed class Counting(int count, int rowLength) : Dataset
    {
        public List<int> Asked { get; } = [];

        public override string Name => "counting";

        public override int Count => count;

        public override IReadOnlyList<DataColumn> Columns { get; } = [new("x", [rowLength], ScalarType.Byte)];

        public override Tensor[] Rows(ReadOnlySpan<int> rows, DrawKey key)
        {
            Asked.AddRange(rows);
            return [zeros([rows.Length, rowLength], dtype: ScalarType.Byte)];
        }
    }
}
