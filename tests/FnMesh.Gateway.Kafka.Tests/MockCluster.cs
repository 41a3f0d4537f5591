using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace FnMesh.Gateway.Kafka.Tests;

/// <summary>librdkafka's mock cluster: brokers in this process that speak Kafka's protocol over TCP, and fail when the test says so.</summary>
public sealed partial class MockCluster : IDisposable
{
    private const string Lib = "librdkafka";
    private readonly nint _client;
    private readonly nint _cluster;

    static MockCluster()
    {
        Library.Load(null);
        // Which of its builds was loaded depends on the machine.
        var loaded = Process.GetCurrentProcess().Modules.Cast<ProcessModule>().First(static module => module.ModuleName.Contains(Lib, StringComparison.OrdinalIgnoreCase)).FileName;
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name == Lib ? NativeLibrary.Load(loaded) : 0);
    }

    public MockCluster()
        : this(3)
    {
    }

    public MockCluster(int brokers)
    {
        var error = new byte[512];
        _client = rd_kafka_new(0, rd_kafka_conf_new(), error, error.Length);
        _cluster = rd_kafka_mock_cluster_new(_client, brokers);
        // A group that nobody is in yet waits so long for others; three seconds otherwise.
        rd_kafka_mock_group_initial_rebalance_delay_ms(_cluster, 100);
        Servers = Marshal.PtrToStringUTF8(rd_kafka_mock_cluster_bootstraps(_cluster))!;
    }

    public string Servers { get; }

    public void MakeTopic(string name, int partitions) => Check(rd_kafka_mock_topic_create(_cluster, name, partitions, 1));

    public void TakeDown(int broker) => Check(rd_kafka_mock_broker_set_down(_cluster, broker));

    public void BringUp(int broker) => Check(rd_kafka_mock_broker_set_up(_cluster, broker));

    /// <summary>Says which broker coordinates a group.</summary>
    public void Coordinate(string group, int broker) => Check(rd_kafka_mock_coordinator_set(_cluster, "group", group, broker));

    /// <summary>The next requests of an API get these errors, one each.</summary>
    public void Fail(short api, params ErrorCode[] errors) => rd_kafka_mock_push_request_errors_array(_cluster, api, (nuint)errors.Length, [.. errors.Select(static error => (int)error)]);

    public void Dispose()
    {
        rd_kafka_mock_cluster_destroy(_cluster);
        rd_kafka_destroy(_client);
    }

    private static void Check(int error) => Assert.Equal(0, error);

    [LibraryImport(Lib)]
    private static partial nint rd_kafka_conf_new();

    [LibraryImport(Lib)]
    private static partial nint rd_kafka_new(int type, nint configuration, byte[] error, nint size);

    [LibraryImport(Lib)]
    private static partial void rd_kafka_destroy(nint client);

    [LibraryImport(Lib)]
    private static partial nint rd_kafka_mock_cluster_new(nint client, int brokers);

    [LibraryImport(Lib)]
    private static partial void rd_kafka_mock_cluster_destroy(nint cluster);

    [LibraryImport(Lib)]
    private static partial nint rd_kafka_mock_cluster_bootstraps(nint cluster);

    [LibraryImport(Lib, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_mock_topic_create(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport(Lib, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_mock_coordinator_set(nint cluster, string type, string key, int broker);

    [LibraryImport(Lib)]
    private static partial int rd_kafka_mock_broker_set_down(nint cluster, int broker);

    [LibraryImport(Lib)]
    private static partial int rd_kafka_mock_broker_set_up(nint cluster, int broker);

    [LibraryImport(Lib)]
    private static partial void rd_kafka_mock_group_initial_rebalance_delay_ms(nint cluster, int milliseconds);

    [LibraryImport(Lib)]
    private static partial void rd_kafka_mock_push_request_errors_array(nint cluster, short api, nuint count, int[] errors);
}
