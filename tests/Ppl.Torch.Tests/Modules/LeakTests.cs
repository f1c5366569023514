using static TorchSharp.torch.nn;

namespace Ppl.Torch.Tests.Modules;

/// <summary>A training loop without any dispose scope of its own around the modules' inner work leaves no tensor behind.</summary>
public class LeakTests
{
    [Fact]
    public void Training_steps_keep_the_number_of_tensors()
    {
        using var net = Sequential(
            Conv2d(1, 2, 3, padding: 1), BatchNorm2d(2), ReLU(inplace: true), MaxPool2d(2), Flatten(), Dropout(), Linear(8, 4),
                Softplus(), GELU(), Linear(4, 3));
        using var optimizer = torch.optim.Adam(net.parameters());
        using var x = torch.randn(6, 1, 4, 4);
        using var y = torch.randint(0, 3, [6], dtype: ScalarType.Int64);
        using var loss = CrossEntropyLoss();
        long After(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                optimizer.zero_grad();
                using var logits = net.call(x);
                using var value = loss.call(logits, y);
                value.backward();
                torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0);
                optimizer.step();
            }

            return DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        }

        var early = After(10);
        Assert.Equal(early, After(100));
    }

    [Fact]
    public void Recurrent_and_attention_layers_keep_the_number_of_tensors()
    {
        using var lstm = LSTM(3, 4);
        using var gru = GRUCell(3, 4);
        using var attention = MultiheadAttention(4, 2);
        using var x = torch.randn(5, 2, 3);
        long After(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                var (output, hidden, cell) = lstm.call(x);
                var (mixed, weights) = attention.call(output, output, output);
                using var first = x[0];
                using var step = gru.call(first, null);
                foreach (var tensor in new[] { output, hidden, cell, mixed, weights }) tensor.Dispose();
            }

            return DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        }

        var early = After(3);
        Assert.Equal(early, After(30));
    }
}
