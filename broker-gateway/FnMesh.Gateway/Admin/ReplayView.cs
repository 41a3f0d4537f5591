using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Admin;

/// <summary>A replay as the admin API shows it.</summary>
internal sealed record ReplayView(
    long Number, string Source, string? Subscription, string? Into, long From, long To, string? Type, string? EventSource, string? Subject, int? Rate,
    string Started, long Place, long Events, string? Ended, string? End)
{
    public static ReplayView Of(Replay replay)
    {
        var wish = replay.Wish;
        return new(
            replay.Number, wish.Source == ReplaySource.Events ? "events" : "deadletters", wish.Subscription, wish.Into, wish.From, wish.To, wish.Type, wish.EventSource, wish.Subject, wish.Rate,
            EventTime.Of(replay.Started), replay.Place, replay.Events, replay.Ended is { } ended ? EventTime.Of(ended) : null, replay.End);
    }
}
