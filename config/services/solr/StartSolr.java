import java.util.Properties;
import org.apache.solr.embedded.JettyConfig;
import org.apache.solr.embedded.JettySolrRunner;

/**
 * Runs Solr on the loopback address until the process is ended.
 *
 * <p>Usage: {@code java -cp 'lib/*' StartSolr.java HOME PORT}
 */
public final class StartSolr {
  private StartSolr() {}

  public static void main(String[] arguments) throws Exception {
    String home = arguments[0];
    int port = Integer.parseInt(arguments[1]);
    JettyConfig config = JettyConfig.builder().setPort(port).setContext("/solr").build();
    JettySolrRunner runner = new JettySolrRunner(home, new Properties(), config);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(runner)));
    // No second port: a port that is taken is the caller's to report.
    runner.start(false);
  }

  /** Closes the cores in order, so that nothing must be recovered at the next start. */
  private static void stop(JettySolrRunner runner) {
    try {
      runner.stop();
    } catch (Exception error) {
      error.printStackTrace();
    }
  }
}
