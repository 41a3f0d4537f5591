using FnMesh.Gateway.Idempotency;
using FnMesh.Gateway.Tests.Broker;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Idempotency;

/// <summary>The file that keeps keys; the clock is the test's.</summary>
public sealed class KeyStoreTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly byte[] Key = [1];
    private static readonly byte[] Payload = [7, 7];

    private readonly TempDirectory _folder = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Of_many_who_ask_at_once_one_gets_the_key()
    {
        await using var store = new KeyStore(_folder.Path, _time);

        var claims = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => store.ClaimAsync(Key, Payload, Hour)));

        Assert.Single(claims, claim => claim.State == KeyState.Fresh);
        Assert.Equal(499, claims.Count(claim => claim.State == KeyState.Running));
    }

    [Fact]
    public async Task An_answer_outlives_the_gateway_and_only_the_same_payload_gets_it()
    {
        await using (var store = new KeyStore(_folder.Path, _time))
        {
            await store.ClaimAsync(Key, Payload, Hour);
            await store.FinishAsync(Key, KeyState.Done, new KeptAnswer(201, [new("a", "b"), new("a", "ü")], [1, 2, 3]));
        }

        await using var after = new KeyStore(_folder.Path, _time);
        var claim = await after.ClaimAsync(Key, Payload, Hour);
        Assert.Equal((KeyState.Done, true, 201), (claim.State, claim.IsSamePayload, claim.Answer!.Status));
        Assert.Equal([new("a", "b"), new("a", "ü")], claim.Answer.Headers);
        Assert.Equal([1, 2, 3], claim.Answer.Body);
        var other = await after.ClaimAsync(Key, [8], Hour);
        Assert.Equal((KeyState.Done, false, null), (other.State, other.IsSamePayload, other.Answer));
    }

    [Fact]
    public async Task What_was_under_way_when_the_gateway_ended_is_not_known()
    {
        await using (var store = new KeyStore(_folder.Path, _time)) await store.ClaimAsync(Key, Payload, Hour);

        await using var after = new KeyStore(_folder.Path, _time);
        Assert.Equal(KeyState.Unknown, (await after.ClaimAsync(Key, Payload, Hour)).State);
    }

    [Fact]
    public async Task What_is_under_way_in_a_gateway_that_was_taken_over_from_is_under_way_until_that_one_has_its_answer()
    {
        await using var ending = new KeyStore(_folder.Path, _time);
        await ending.ClaimAsync(Key, Payload, Hour);
        await using var store = new KeyStore(_folder.Path, _time, isShared: true);
        Assert.Equal(KeyState.Running, (await store.ClaimAsync(Key, Payload, Hour)).State);

        await ending.FinishAsync(Key, KeyState.Done, new KeptAnswer(201, [], [1]));

        Assert.Equal(KeyState.Done, (await store.ClaimAsync(Key, Payload, Hour)).State);
    }

    [Fact]
    public async Task A_key_is_free_when_it_is_forgotten_and_when_its_time_is_up_but_not_while_its_call_runs()
    {
        await using var store = new KeyStore(_folder.Path, _time);
        await store.ClaimAsync(Key, Payload, Hour);
        await store.ForgetAsync(Key);
        Assert.Equal(KeyState.Fresh, (await store.ClaimAsync(Key, Payload, Hour)).State);
        _time.Advance(Hour * 2);
        Assert.Equal(KeyState.Running, (await store.ClaimAsync(Key, Payload, Hour)).State);
        await store.FinishAsync(Key, KeyState.Unkept, null);

        Assert.Equal(KeyState.Fresh, (await store.ClaimAsync(Key, Payload, Hour)).State);
    }

    [Fact]
    public async Task At_the_bound_no_new_key_is_taken_until_the_time_of_others_is_up()
    {
        await using var store = new KeyStore(_folder.Path, _time, most: 3);
        for (byte key = 0; key < 3; key++)
        {
            Assert.Equal(KeyState.Fresh, (await store.ClaimAsync([key], Payload, Hour)).State);
            await store.FinishAsync([key], KeyState.Done, new KeptAnswer(200, [], []));
        }

        Assert.Equal(KeyState.Full, (await store.ClaimAsync([9], Payload, Hour)).State);
        Assert.Equal(KeyState.Done, (await store.ClaimAsync([0], Payload, Hour)).State);

        _time.Advance(Hour);
        Assert.Equal(KeyState.Fresh, (await store.ClaimAsync([9], Payload, Hour)).State);
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_is_said_and_tried_again()
    {
        var path = KeyTables.PathIn(_folder.Path);
        await File.WriteAllTextAsync(path, "this is no database, and it is long enough to be looked at as one by who opens it", TestContext.Current.CancellationToken);
        await using var store = new KeyStore(_folder.Path, _time);
        var refused = await Assert.ThrowsAsync<KeyStoreException>(() => store.ClaimAsync(Key, Payload, Hour));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);

        File.Delete(path);

        Assert.Equal(KeyState.Fresh, (await store.ClaimAsync(Key, Payload, Hour)).State);
    }
}
