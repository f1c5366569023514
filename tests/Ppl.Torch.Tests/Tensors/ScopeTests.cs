namespace Ppl.Torch.Tests.Tensors;

public class ScopeTests
{
    [Fact]
    public void AScopeDisposesWhatWasMadeInIt()
    {
        Tensor kept, lost;
        using (NewDisposeScope())
        {
            lost = ones(3);
            kept = (lost + 1).DetachFromDisposeScope();
        }
        Assert.True(lost.IsInvalid);
        Assert.False(kept.IsInvalid);
        Assert.Equal(2f, kept[0].item<float>());
        kept.Dispose();
    }

    [Fact]
    public void MovingOutGoesToTheNextScope()
    {
        using var outer = NewDisposeScope();
        Tensor moved;
        using (NewDisposeScope())
        {
            moved = ones(3).MoveToOuterDisposeScope();
        }
        Assert.False(moved.IsInvalid);
        Assert.True(outer.Contains(moved));
        Assert.Equal(1, outer.DisposablesCount);
        moved.Dispose();
        Assert.Equal(0, outer.DisposablesCount);
    }

    [Fact]
    public void WrappedScopeKeepsItsResultAlone()
    {
        using var scope = NewDisposeScope();
        Tensor inner = null;
        var result = WrappedTensorDisposeScope(() =>
        {
            inner = ones(2);
            return inner * 3;
        });
        Assert.True(inner.IsInvalid);
        Assert.Equal(6f, result.sum().item<float>());
    }

    [Fact]
    public void StatisticsCountByPlace()
    {
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        statistics.Reset();
        var outside = ones(1);
        using (NewDisposeScope())
        {
            ones(1);
            var byHand = ones(1);
            byHand.Dispose();
            ones(1).DetachFromDisposeScope().Dispose();
            DisposeScopeManager.Statistics.ToString();
            CurrentDisposeScope.Attach(outside);
        }
        Assert.True(outside.IsInvalid);
        Assert.Equal(1, statistics.CreatedOutsideScopeCount);
        Assert.Equal(3, statistics.CreatedInScopeCount);
        Assert.Equal(3, statistics.DisposedInScopeCount);
        Assert.Equal(1, statistics.DisposedOutsideScopeCount);
        Assert.Equal(1, statistics.DetachedFromScopeCount);
        Assert.Equal(1, statistics.AttachedToScopeCount);
        Assert.Equal(0, statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void ManyRemovalsKeepTheRest()
    {
        var all = new List<Tensor>();
        using (var scope = NewDisposeScope())
        {
            for (var i = 0; i < 500; i++) all.Add(ones(1));
            for (var i = 0; i < 500; i += 2) all[i].DetachFromDisposeScope();
            Assert.Equal(250, scope.DisposablesCount);
            Assert.Equal(250, scope.DisposablesView.Count);
            scope.DisposeEverythingBut(all[1], all[3]);
            Assert.Equal(2, scope.DisposablesCount);
            Assert.False(all[3].IsInvalid);
            Assert.True(all[5].IsInvalid);
        }
        Assert.True(all[1].IsInvalid);
        for (var i = 0; i < 500; i++) Assert.Equal(i % 2 == 1, all[i].IsInvalid);
        all.ForEach(t => t.Dispose());
    }

    [Fact]
    public void ScopesMayEndOutOfOrder()
    {
        var outer = NewDisposeScope();
        var inner = NewDisposeScope();
        var x = ones(1);
        outer.Dispose();
        Assert.False(x.IsInvalid);
        Assert.Same(inner, CurrentDisposeScope);
        inner.Dispose();
        Assert.True(x.IsInvalid);
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void TrainingStepsLeaveNothingBehind()
    {
        manual_seed(3);
        using var outer = NewDisposeScope();
        var w = randn(5, 5).requires_grad_();
        void Step()
        {
            using var scope = NewDisposeScope();
            var loss = w.matmul(randn(5, 3)).tanh().pow(2).sum();
            loss.backward();
            using (no_grad()) w.sub_(w.grad * 0.01);
            w.grad.zero_();
        }

        for (var i = 0; i < 10; i++) Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 100; i++) Step();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
