using FnMesh.Gateway.Deliveries;

namespace FnMesh.Gateway.Tests.Deliveries;

public sealed class ProgressTrackerTests
{
    [Fact]
    public void The_cursor_is_the_first_event_that_has_not_passed_whatever_the_order()
    {
        for (var seed = 1UL; seed <= 500; seed++)
        {
            var random = new Randomness(seed);
            var tracker = new ProgressTracker(10);
            HashSet<long> open = [];
            for (var offset = 10L; offset < 60; offset++)
            {
                if (random.NextDouble() < 0.3)
                {
                    tracker.Skip(offset);
                }
                else
                {
                    tracker.Open(offset);
                    open.Add(offset);
                }

                while (open.Count > 0 && random.NextDouble() < 0.45)
                {
                    var passed = open.ElementAt((int)(random.NextDouble() * open.Count));
                    open.Remove(passed);
                    var cursor = tracker.Pass(passed);
                    Assert.True(cursor == open.DefaultIfEmpty(offset + 1).Min(), $"seed {seed}");
                    Assert.Equal(cursor, tracker.Pass(passed));
                }
            }

            foreach (var offset in open.ToArray()) tracker.Pass(offset);
            Assert.Equal(60, tracker.Cursor);
        }
    }
}
