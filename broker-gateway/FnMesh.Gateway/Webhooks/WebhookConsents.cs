using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Webhooks;

/// <summary>
/// Asks addresses outside the mesh for permission, each in a loop of its own beside the deliveries, at most <see cref="MostAtOnce"/> at the same time: at once when it is new or the policy
/// says something else of it, once a day, and again and again, ever more seldom, while it is not given.
/// </summary>
internal sealed partial class WebhookConsents(Action opened, ILogger log, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long a permission holds; it is asked for again then, while deliveries go on.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(1);

    private const int MostAtOnce = 16;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private readonly ILogger _log = log;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _places = new(MostAtOnce);
    private readonly Dictionary<WebhookConsent, Asking> _asked = [];
    private readonly List<Task> _ending = [];
    private bool _closed;

    /// <summary>Asks these from now on, and no others. Returns at once.</summary>
    public void Follow(IReadOnlyList<Webhook> webhooks)
    {
        lock (_gate)
        {
            if (_closed) return;
            _ending.RemoveAll(static task => task.IsCompleted);
            var followed = webhooks.Select(static webhook => webhook.Consent).ToHashSet();
            foreach (var (consent, asking) in _asked)
            {
                if (followed.Contains(consent)) continue;
                _asked.Remove(consent);
                consent.Opened = null;
                _ending.Add(EndAsync(asking));
            }

            foreach (var webhook in webhooks)
            {
                if (_asked.TryGetValue(webhook.Consent, out var known))
                {
                    Volatile.Write(ref known.Webhook, webhook);
                    continue;
                }

                webhook.Consent.Opened = opened;
                var asking = new Asking(webhook);
                _asked.Add(webhook.Consent, asking);
                if (webhook.Key.Handshake) asking.Running = RunAsync(asking);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] ending;
        lock (_gate)
        {
            _closed = true;
            ending = [.. _ending, .. _asked.Values.Select(EndAsync)];
            _asked.Clear();
        }

        await Task.WhenAll(ending);
        _places.Dispose();
    }

    private static async Task EndAsync(Asking asking)
    {
        await asking.Stop.CancelAsync();
        await asking.Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        asking.Stop.Dispose();
    }

    private async Task RunAsync(Asking asking)
    {
        await Task.Yield();
        var (stop, consent) = (asking.Stop.Token, asking.Webhook.Consent);
        var failures = 0;
        string? said = null;
        while (!consent.IsGone)
        {
            var webhook = Volatile.Read(ref asking.Webhook);
            var answer = await AskAsync(webhook, stop);
            var wait = Life;
            if (answer.IsGone)
            {
                consent.End(answer.Why!);
            }
            else if (answer.IsGiven)
            {
                consent.Give(answer.PerMinute);
                failures = 0;
            }
            else
            {
                consent.Refuse(answer.Why!);
                wait = Longer(Shorter(FirstWait * Math.Pow(2, Math.Min(failures++, 20)), LongestWait), Shorter(answer.RetryAfter ?? TimeSpan.Zero, Life));
            }

            if (answer.Why is { } why && why != said) LogRefused(webhook.Key.Subscription, webhook.Key.Address, why);
            else if (answer.IsGiven && said is not "") LogGiven(webhook.Key.Subscription, webhook.Key.Address, answer.PerMinute is { } rate ? $"up to {rate} requests in a minute" : "any number of requests");
            said = answer.Why ?? "";
            await Task.Delay(wait, time, stop);
        }
    }

    private async Task<HandshakeAnswer> AskAsync(Webhook webhook, CancellationToken stop)
    {
        await _places.WaitAsync(stop);
        try
        {
            return await WebhookHandshake.AskAsync(webhook, time, stop);
        }
        finally
        {
            _places.Release();
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    [LoggerMessage(Level = LogLevel.Warning, EventName = "WebhookRefused", Message = "Subscription {Subscription} delivers nothing to {Address}: {Why}.")]
    private partial void LogRefused(string subscription, Uri address, string why);

    [LoggerMessage(Level = LogLevel.Information, EventName = "WebhookGiven", Message = "Subscription {Subscription} may deliver to {Address}: {Rate}.")]
    private partial void LogGiven(string subscription, Uri address, string rate);

    private sealed class Asking(Webhook webhook)
    {
        /// <summary>As the policy of the moment has it.</summary>
        public Webhook Webhook = webhook;

        public CancellationTokenSource Stop { get; } = new();

        public Task Running { get; set; } = Task.CompletedTask;
    }
}
